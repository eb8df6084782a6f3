// Where limits are named. Each stands in the folder of what it limits, with its reason.

package enum Limits {}
